"""DOLFINx, run by the system's own Python: graded meshes, the layered equation, implicit steps.

Q1 or Q2 elements on tensor meshes whose lines follow the tissue borders; K du/dt = div(K D grad u)
- K k u; diagonally implicit Runge-Kutta steps that are stable for stiff modes. Nothing here may
import mesoplan, which lives in another Python.
"""

import base64

import numpy as np
import ufl
from dolfinx import fem, geometry, mesh
from mpi4py import MPI
from petsc4py import PETSc
from steps import TABLEAUS

JIT = {"cffi_extra_compile_args": ["-O3", "-march=native"]}


def packed(array: np.ndarray) -> dict:
    data = np.ascontiguousarray(array, dtype=np.float64)
    return {"shape": data.shape, "data": base64.b64encode(data.tobytes()).decode()}


def tensor_mesh(axes: list) -> mesh.Mesh:
    """Quadrilaterals or hexahedra between the given lines of each axis; depth is the last axis."""
    counts = [len(axis) - 1 for axis in axes]
    ends = [np.zeros(len(axes)), np.array(counts, dtype=float)]
    if len(axes) == 2:
        made = mesh.create_rectangle(MPI.COMM_SELF, ends, counts, mesh.CellType.quadrilateral)
    else:
        made = mesh.create_box(MPI.COMM_SELF, ends, counts, mesh.CellType.hexahedron)
    x = made.geometry.x
    for i, axis in enumerate(axes):
        x[:, i] = np.interp(x[:, i], np.arange(len(axis)), axis)
    return made


class Discrete:
    """Mass and stiffness matrices of the layered medium; the weight is 2 pi r in two dimensions."""

    def __init__(self, axes: list, degree: int, layers: list) -> None:
        self.mesh = tensor_mesh(axes)
        self.depth = len(axes) - 1
        self.space = fem.FunctionSpace(self.mesh, ("Lagrange", degree))
        self.coordinate = ufl.SpatialCoordinate(self.mesh)
        radial = self.depth == 1
        self.weight = 2 * np.pi * self.coordinate[0] if radial else fem.Constant(self.mesh, 1.0)
        dg0 = fem.FunctionSpace(self.mesh, ("DG", 0))
        number = self.mesh.topology.index_map(self.mesh.topology.dim).size_local
        cells = np.arange(number, dtype=np.int32)
        self.borders = np.cumsum([layer["thickness"] for layer in layers])[:-1]
        middle = mesh.compute_midpoints(self.mesh, self.mesh.topology.dim, cells)
        index = np.searchsorted(self.borders, middle[:, self.depth])
        K, D, k = (
            np.array([layer[name] for layer in layers])
            for name in ("capacity", "diffusivity", "clearance")
        )
        self.capacity = K
        K_, KD, Kk = (fem.Function(dg0) for _ in range(3))
        for function, values in ((K_, K), (KD, K * D), (Kk, K * k)):
            function.x.array[:] = values[index]
        u, v = ufl.TrialFunction(self.space), ufl.TestFunction(self.space)
        dx = ufl.dx(metadata={"quadrature_degree": 2 * degree + (1 if radial else 0)})
        mass = K_ * u * v * self.weight * dx
        rest = (KD * ufl.inner(ufl.grad(u), ufl.grad(v)) + Kk * u * v) * self.weight * dx
        self.M, self.A = (
            fem.petsc.assemble_matrix(fem.form(form, jit_params=JIT)) for form in (mass, rest)
        )
        self.M.assemble()
        self.A.assemble()

    def load(self, density, quadrature_degree: int) -> PETSc.Vec:
        """Moments of a density of the amount, scaled so that the total is 1."""
        dx = ufl.dx(metadata={"quadrature_degree": quadrature_degree})
        form = fem.form(density * ufl.TestFunction(self.space) * self.weight * dx, jit_params=JIT)
        out = fem.petsc.assemble_vector(form)
        out.scale(1 / out.sum())
        return out

    def values(self, points: np.ndarray, states: list) -> np.ndarray:
        """C at points (count, axes) inside cells, for each state: (states, points)."""
        padded = np.zeros((len(points), 3))
        padded[:, : self.depth + 1] = points
        tree = geometry.BoundingBoxTree(self.mesh, self.mesh.topology.dim)
        near = geometry.compute_collisions(tree, padded)
        found = geometry.compute_colliding_cells(self.mesh, near, padded)
        first = found.array[found.offsets[:-1]]
        K = self.capacity[np.searchsorted(self.borders, points[:, self.depth])]
        u, out = fem.Function(self.space), []
        for state in states:
            u.x.array[:] = state.array
            out.append(K * u.eval(padded, first)[:, 0])
        return np.array(out)


def direct(matrix: PETSc.Mat, package: str) -> PETSc.KSP:
    """Sparse direct solver, factorised at once."""
    solver = PETSc.KSP().create(MPI.COMM_SELF)
    solver.setOperators(matrix)
    solver.setType("preonly")
    solver.getPC().setType("cholesky" if package == "cholesky" else "lu")
    if package not in ("petsc", "cholesky"):
        solver.getPC().setFactorSolverType(package)
    solver.setUp()
    return solver


def iterative(matrix: PETSc.Mat, kind: str, tolerance: float) -> PETSc.KSP:
    """Conjugate gradients, started from the last solution."""
    solver = PETSc.KSP().create(MPI.COMM_SELF)
    solver.setOperators(matrix)
    solver.setType("cg")
    pc = solver.getPC()
    pc.setType(kind)
    if kind == "hypre":
        pc.setHYPREType("boomeramg")
    solver.setTolerances(rtol=tolerance, atol=1e-300)
    solver.setInitialGuessNonzero(True)
    solver.setUp()
    return solver


def march(discrete: Discrete, start: PETSc.Vec, schedule: list, scheme: str, make) -> tuple:
    """States at the ends of the marked spans, and (matrices, solves, iterations) spent.

    The schedule holds (step, number of steps, whether to keep the state at the end); equal steps
    share one matrix.
    """
    tableau = TABLEAUS[scheme]
    M, A, u = discrete.M, discrete.A, start.duplicate()
    first = make(M)
    first.solve(start, u)
    kept, last, solver = [], None, None
    matrices = solves = iterations = 0
    rates = [u.duplicate() for _ in tableau]
    for rate in rates:
        rate.set(0.0)
    stage, right = u.duplicate(), u.duplicate()
    for step, count, keep in schedule:
        if last is None or abs(step - last) > 1e-12 * step:
            matrix = M.copy()
            matrix.axpy(tableau[0][0] * step, A, PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
            solver, last = make(matrix), step
            matrices += 1
        for _ in range(count):
            for i, row in enumerate(tableau):
                u.copy(stage)
                stage.maxpy([step * a for a in row[:i]], rates[:i])
                A.mult(stage, right)
                right.scale(-1.0)
                if i:
                    rates[i - 1].copy(rates[i])
                solver.solve(right, rates[i])
                if solver.getConvergedReason() < 0:
                    raise RuntimeError("the linear solver did not converge")
                solves += 1
                iterations += solver.getIterationNumber()
            u.maxpy([step * a for a in tableau[-1]], rates)
        if keep:
            kept.append(u.copy())
    return kept, (matrices, solves, iterations)
