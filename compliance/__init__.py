"""The year signed off: today the annual check and the annual list of standings."""
