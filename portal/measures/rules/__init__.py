"""Pure rules of the measures: what counts, the formulas, what may be shown."""
