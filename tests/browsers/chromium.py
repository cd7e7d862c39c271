from .engines.chromium import Chromium, Page, binary, running

__all__ = ["Chromium", "Page", "binary", "running"]
