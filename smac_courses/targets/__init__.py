"""One module for each output format; each satisfies `base.Target`."""

from smac_courses.targets import cmi5, olx, olx_native, scorm12, scorm2004, web, xapi
from smac_courses.targets.base import Target

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        scorm12.TARGET,
        *scorm2004.TARGETS,
        cmi5.TARGET,
        xapi.TARGET,
        olx.TARGET,
        olx_native.TARGET,
        web.TARGET,
    )
}
"""Every target by the name that `smac build --target` takes."""
