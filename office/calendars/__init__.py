"""Working days: which days of which years the offices work, as the State Council announces and the city office enters."""
