/** What a form says while somebody is at it: a problem in words, a change. */

/**
 * A problem in words, tied to the group of answers. An empty text takes it away.
 *
 * @param {HTMLFormElement} form
 * @param {string} text
 */
export function showProblem(form, text) {
  const problem = form.querySelector(".problem");
  const fieldset = form.querySelector("fieldset");
  problem.textContent = text;
  problem.hidden = !text;
  if (text) fieldset.setAttribute("aria-describedby", problem.id);
  else fieldset.removeAttribute("aria-describedby");
}

/** An answer that is no field's value has changed. @param {HTMLFormElement} form */
export function tellChange(form) {
  for (const name of ["input", "change"]) form.dispatchEvent(new Event(name, { bubbles: true }));
}
