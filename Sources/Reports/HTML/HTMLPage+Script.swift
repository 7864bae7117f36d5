extension HTMLPage {
  /// What the page does beside showing everything: a button beside each command that copies it (where the browser refuses,
  /// the command is selected instead), a box that filters groups and connections, a table that sorts, and nothing folded on
  /// paper. XML too, so it has neither `<` nor an ampersand.
  static let script = """
    const make = (name, text) => {
      const made = document.createElement(name);
      made.textContent = text;
      if (name === "button") made.type = "button";
      return made;
    };
    for (const box of document.querySelectorAll(".command")) {
      const code = box.firstElementChild, button = make("button", "Copy");
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(code.textContent);
          button.textContent = "Copied";
          setTimeout(() => { button.textContent = "Copy"; }, 2000);
        } catch {
          getSelection().selectAllChildren(code);
        }
      });
      box.append(button);
    }
    const table = document.querySelector(".list:not(.still)");
    if (table) {
      const rows = Array.from(table.tBodies[0].rows), groups = Array.from(document.querySelectorAll(".group"));
      const texts = rows.map((row) => row.textContent.toLowerCase());
      const box = make("p", ""), label = make("label", "Filter"), input = make("input", ""), found = make("span", "");
      box.className = "filter";
      label.htmlFor = input.id = "filter";
      input.type = "search";
      found.setAttribute("role", "status");
      box.append(label, input, found);
      const heading = document.querySelector("#overview h2") || document.querySelector("#connections h2");
      heading.after(box);
      input.addEventListener("input", () => {
        const words = input.value.toLowerCase().split(" ").filter((word) => word);
        const fits = (text) => words.every((word) => text.includes(word)), reached = new Set();
        let count = 0;
        rows.forEach((row, index) => {
          row.hidden = !fits(texts[index]);
          if (row.hidden) return;
          count += 1;
          for (const link of row.querySelectorAll("a")) reached.add(link.hash.slice(1));
        });
        for (const group of groups) group.hidden = !reached.has(group.id) ? !fits(group.textContent.toLowerCase()) : false;
        found.textContent = words.length ? count + " of " + rows.length + " connections" : "";
      });
      Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
        const button = make("button", head.textContent);
        head.replaceChildren(button);
        button.addEventListener("click", () => {
          const isUp = head.ariaSort !== "ascending";
          for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
          head.ariaSort = isUp ? "ascending" : "descending";
          const key = (row) => row.cells[column].textContent.replace(/[0-9]+/g, (digits) => digits.padStart(6, "0"));
          const sorted = rows.map((row) => [key(row), row]).sort((left, right) => left[0].localeCompare(right[0]));
          if (!isUp) sorted.reverse();
          for (const pair of sorted) table.tBodies[0].append(pair[1]);
        });
      });
    }
    let unfolded = [];
    addEventListener("beforeprint", () => {
      unfolded = Array.from(document.querySelectorAll("details:not([open])"));
      for (const part of unfolded) part.open = true;
    });
    addEventListener("afterprint", () => { for (const part of unfolded) part.open = false; });
    """

  /// Lets the browser run ``script`` and nothing else: the SHA-256 of its text, in Base64 (Content Security Policy 3).
  static let scriptHash = "sha256-gVKjQhROBLnpJ2rDWggqeRnvA8oxWPEOfsuF+AEonpQ="
}
