// Sifts boxes to tick: those whose words bear all the words typed above them, and the ticked ones.
for (const field of document.querySelectorAll('[data-behaviour~="sift"]')) {
  const part = (name) => field.querySelector(`[data-part="${name}"]`);
  const find = part("find");
  const groups = [...field.querySelectorAll("details")];
  const open = new Map(groups.map((group) => [group, group.open]));
  part("box").hidden = false;

  const sift = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const group of groups) {
      let shown = 0;
      for (const label of group.querySelectorAll("label")) {
        const fits = words.every((word) => label.textContent.toLowerCase().includes(word));
        const ticked = label.querySelector("input").checked;
        label.hidden = !(fits || ticked);
        shown += label.hidden ? 0 : 1;
        count += fits ? 1 : 0;
      }
      group.hidden = shown === 0;
      group.open = words.length ? shown > 0 : open.get(group);
    }
    const said = count ? `${field.dataset.found} ${count}` : field.dataset.none;
    part("said").textContent = words.length ? said : "";
  };
  find.addEventListener("input", sift);
  // Enter would send the form half filled in.
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
