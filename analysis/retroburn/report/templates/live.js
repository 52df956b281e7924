// Draws each chart of the page anew, to be hovered and zoomed. The still one beneath stays for print and for readers
// that run no script. Expressions are interpreted, never compiled: the page's policy allows no eval.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const specs = JSON.parse(document.getElementById("live").textContent);
const roles = specs.roles;
const options = {
  ast: true, actions: false, logLevel: 1, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true },
  loader: { load: () => Promise.reject(new Error("nothing is fetched")) },
};
async function draw(figure) {
  let text = JSON.stringify(specs.charts[figure.dataset.live]);
  for (const [fixed, themed] of Object.entries(roles)) text = text.replaceAll(fixed, colour(themed));
  const place = document.createElement("div");
  place.className = "moving";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", figure.querySelector("svg").getAttribute("aria-label"));
  figure.append(place);
  await vegaEmbed(place, JSON.parse(text), options);
  figure.classList.add("live");
}
for (const figure of document.querySelectorAll("[data-live]")) if (specs.charts[figure.dataset.live]) draw(figure);
