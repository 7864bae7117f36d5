extension HTMLPage {
  /// Puts a button beside each command that copies it; where the browser refuses, the command is selected instead.
  static let script = """
    for (const box of document.querySelectorAll(".command")) {
      const code = box.firstElementChild, button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
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
    """

  /// Lets the browser run ``script`` and nothing else: the SHA-256 of its text, in Base64 (Content Security Policy 3).
  static let scriptHash = "sha256-w8sbQ9m0ju2jMB31sgBf3Dwor7rGOtu8OouetQzGOVM="
}
