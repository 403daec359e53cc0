// A field to sign in: draws with finger, pen or mouse, keeps the drawing in a hidden input.
"use strict";
for (const pad of document.querySelectorAll("canvas[data-sign-pad]")) {
  const kept = document.getElementById(pad.dataset.signPad);
  const pen = pad.getContext("2d");
  pen.lineWidth = 3;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#16202a";
  let drawing = false;
  const place = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) * pad.width) / box.width, ((event.clientY - box.top) * pad.height) / box.height];
  };
  pad.addEventListener("pointerdown", (event) => {
    drawing = true;
    pad.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  pad.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  const end = () => {
    if (drawing) kept.value = pad.toDataURL("image/png");
    drawing = false;
  };
  pad.addEventListener("pointerup", end);
  pad.addEventListener("pointercancel", end);
  pad.closest("form").querySelector("[data-clear-pad]").addEventListener("click", () => {
    pen.clearRect(0, 0, pad.width, pad.height);
    kept.value = "";
  });
}
