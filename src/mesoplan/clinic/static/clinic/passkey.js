// Says so where a passkey could not be used; the rest is done by the scripts before this one.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.getElementById("passkey-failed");
  if (place) place.hidden = false;
});
