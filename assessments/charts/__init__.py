"""Rows into figures: dicts for Plotly in the browser, SVG for print. Pure."""
