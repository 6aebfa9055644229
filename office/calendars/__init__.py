"""Working days: on which days the offices work, as the State Council announces and the city office enters."""
