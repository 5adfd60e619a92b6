"""The exercises: short tasks on soft skills, one file each, with all its languages in it."""
