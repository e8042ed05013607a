// Whoever moves a driver's slider means to set it: the switch beside it follows.
"use strict";

document.addEventListener("input", (event) => {
  const driver = event.target.name?.startsWith("slider.") && event.target.closest(".driver");
  if (driver) driver.querySelector("input[name=set]").checked = true;
}, { capture: true });
