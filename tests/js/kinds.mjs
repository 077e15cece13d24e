/** Every kind of question, as a package has them that needs all. */

import "../../smac_courses/player/src/kinds/attest.mjs";
import "../../smac_courses/player/src/kinds/blanks.mjs";
import "../../smac_courses/player/src/kinds/choice.mjs";
import "../../smac_courses/player/src/kinds/draft.mjs";
import "../../smac_courses/player/src/kinds/order.mjs";
import "../../smac_courses/player/src/kinds/pairs.mjs";
import "../../smac_courses/player/src/kinds/scenario.mjs";
import "../../smac_courses/player/src/kinds/typed.mjs";
