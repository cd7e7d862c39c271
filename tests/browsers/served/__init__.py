"""The examples behind `cors-constructs serve`, and who says what a page makes of them: a browser, and the simulator."""
