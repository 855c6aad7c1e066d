// Puts the visitor's position into two hidden fields, only when the button is pressed. It is
// kept with this one entry of the browser's history, so that it is still there after going back.
for (const box of document.querySelectorAll('[data-behaviour~="locate"]')) {
  if (!navigator.geolocation) continue;
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const field = (name) => box.querySelector(`[name="${name}"]`);
  const show = (words) => {
    const here = field("longitude").value !== "";
    part("find").hidden = here;
    part("forget").hidden = !here;
    part("said").textContent = words;
  };
  const put = (longitude, latitude, words) => {
    field("longitude").value = longitude;
    field("latitude").value = latitude;
    history.replaceState({ ...history.state, position: [longitude, latitude] }, "");
    show(words);
  };
  const kept = history.state?.position;
  if (kept && field("longitude").value === "") {
    [field("longitude").value, field("latitude").value] = kept;
  }
  show(field("longitude").value === "" ? "" : box.dataset.found);
  part("find").addEventListener("click", () => {
    part("said").textContent = box.dataset.working;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => put(coords.longitude.toFixed(6), coords.latitude.toFixed(6), box.dataset.found),
      () => put("", "", box.dataset.denied),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
  part("forget").addEventListener("click", () => put("", "", ""));
}
