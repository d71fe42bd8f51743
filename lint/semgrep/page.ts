// What the rules of `page.yml` must catch (ruleid) and let pass (ok). Never built.
function markupFromText(place: HTMLElement, title: string) {
  // ruleid: markup-from-text
  place.innerHTML = title;
  // ruleid: markup-from-text
  place.insertAdjacentHTML('beforeend', title);
  // ruleid: markup-from-text
  document.write(title);
  // ok: markup-from-text
  place.textContent = title;
}
