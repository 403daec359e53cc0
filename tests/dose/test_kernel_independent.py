"""The kernel against a solver that shares no idea with it: (r, z) volumes stepped by BDF."""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.sparse import csc_matrix, diags_array, eye_array, kron

from mesoplan.dose import Bolus, Layer, Medium

LAYERS = [
    Layer(thickness_mm=0.3, diffusivity_mm2_h=0.1, clearance_per_h=0.0, capacity=0.5),
    Layer(thickness_mm=1.5, diffusivity_mm2_h=1.0, clearance_per_h=1.5, capacity=0.9),
    Layer(thickness_mm=4.2, diffusivity_mm2_h=0.5, clearance_per_h=0.7, capacity=0.3),
]
SIGMA, DEPTH = 0.6, 1.4


def bdf(dr: float, dz: float, times: list[float]) -> tuple[np.ndarray, np.ndarray]:
    r_edge = np.arange(0, 8 + dr / 2, dr)
    z_edge = np.arange(0, 6 + dz / 2, dz)
    r, z = (r_edge[1:] + r_edge[:-1]) / 2, (z_edge[1:] + z_edge[:-1]) / 2
    which = np.searchsorted([0.3, 1.8], z)
    D, k, K = (
        np.array([getattr(layer, name) for layer in LAYERS])[which]
        for name in ("diffusivity_mm2_h", "clearance_per_h", "capacity")
    )
    # in u: K du/dt = d/dz(K D du/dz) + K D lap_r u - K k u
    KD = K * D
    face = 2 * KD[1:] * KD[:-1] / (KD[1:] + KD[:-1]) / dz**2
    down = np.concatenate([[0.0], face])
    up = np.concatenate([face, [0.0]])
    vertical = diags_array([face, -(down + up), face], offsets=[-1, 0, 1]).toarray() / K[:, None]
    inner = r_edge[1:-1] / dr**2
    out, into = np.concatenate([inner, [0.0]]), np.concatenate([[0.0], inner])
    lateral = diags_array([inner, -(out + into), inner], offsets=[-1, 0, 1]).toarray() / r[:, None]
    size_r, size_z = r.size, z.size
    A = kron(eye_array(size_r), csc_matrix(vertical)) + kron(csc_matrix(lateral), diags_array(D))
    A = csc_matrix(A - kron(eye_array(size_r), diags_array(k)))
    C0 = np.exp(-((z - DEPTH) ** 2) / (2 * SIGMA**2)) + np.exp(-((z + DEPTH) ** 2) / (2 * SIGMA**2))
    C0 = np.exp(-(r[:, None] ** 2) / (2 * SIGMA**2)) * C0
    C0 /= np.sum(C0 * 2 * np.pi * r[:, None] * dr * dz)
    solved = solve_ivp(
        lambda t, u: A @ u,
        (0, times[-1]),
        (C0 / K).ravel(),
        method="BDF",
        jac=lambda t, u: A,
        t_eval=times,
        rtol=1e-6,
        atol=1e-9,
    )
    assert solved.success
    return r, (solved.y.T.reshape(len(times), size_r, size_z) * K)


def test_three_layers_with_capacity_jumps() -> None:
    times, dz = [0.1, 0.5, 2.0], 0.05
    r, reference = bdf(0.1, dz, times)
    kernel = Medium(LAYERS, cell_mm=dz).kernel(Bolus.gaussian(DEPTH, SIGMA), times, r)
    error = np.abs(kernel.concentration - reference).max(axis=(1, 2)) / reference.max(axis=(1, 2))
    assert error.max() < 5e-3, error
