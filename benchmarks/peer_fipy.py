"""One kernel by FiPy: cylindrical grid cells graded in both directions, damped Crank-Nicolson.

C at 24 times, and the AUC from one steady problem on a mesh of its own. Steps grow from the bolus
on; after each of the first steps, and wherever the step jumps, small implicit ones damp the
ringing of the finest cells (Rannacher). Each step is solved by FiPy's direct solver.
"""

import time
from dataclasses import dataclass

import numpy as np
from skin import BOLUS, TIMES_H, error_of, graded_depths, graded_radii, problem, reference_rings
