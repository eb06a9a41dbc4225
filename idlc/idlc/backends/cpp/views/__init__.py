# SPDX-License-Identifier: Apache-2.0
"""View objects: what the templates print, as finished strings. One module here for each kind of definition."""

from idlc.backends.cpp.views.module import ModuleView, view_module

__all__ = ["ModuleView", "view_module"]
