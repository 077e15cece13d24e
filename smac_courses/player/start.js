/* The page of contents: an address with ?au=N leads on to the page of the N-th part, with all that an LMS put there. */
(() => {
  const number = new URLSearchParams(window.location.search).get("au");
  const link = [...document.querySelectorAll("a[data-au]")].find((one) => one.dataset.au === number);
  if (link) window.location.replace(link.getAttribute("href") + window.location.search);
})();
