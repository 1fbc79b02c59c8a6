/* In the site of files a picture's page stands inside another page, without the site's frame, by ?embed=1. */
"use strict";
document.body.classList.toggle("embedded", new URLSearchParams(location.search).has("embed"));
