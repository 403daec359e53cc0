"""From an area and a technique to injection points, volumes and syringe fills."""
