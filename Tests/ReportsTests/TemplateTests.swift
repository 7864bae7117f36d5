import Testing

@testable import Reports

@Suite struct TemplateTests {
  private struct Row {
    var name: String
    var remark: String?
  }

  private struct View {
    var title = "a < b"
    var count = 3
    var rows = [Row(name: "one", remark: "first"), Row(name: "two")]
    var words = ["x", "y"]
    var first: Row? = Row(name: "one", remark: nil)
    var nothing: Row?
    var remark: String? = "outer"
    var isTrue = true
    var isFalse = false
    var none: [String] = []
  }

  @Test(arguments: [
    ("{{title}}, {{count}}", "a &lt; b, 3"),
    ("{{missing}}{{nothing}}", ""),
    ("{{first.name}}{{nothing.name}}{{missing.name}}", "one"),
    ("{{#words}}{{.}} {{/words}}", "x y "),
    ("{{#rows}}{{name}} {{count}};{{/rows}}", "one 3;two 3;"),
    // What a view knows to be nothing is not looked for outside of it.
    ("{{#rows}}[{{remark}}]{{/rows}}{{remark}}", "[first][]outer"),
    ("{{#first}}{{name}}{{/first}}{{#nothing}}no{{/nothing}}{{^nothing}}none{{/nothing}}", "onenone"),
    ("{{#isTrue}}yes{{/isTrue}}{{#isFalse}}no{{/isFalse}}{{^isFalse}}not{{/isFalse}}", "yesnot"),
    ("{{?words}}({{#words}}{{.}}{{/words}}){{/words}}{{?none}}()?{{/none}}{{^none}}!{{/none}}", "(xy)!"),
    ("a\n{{#words}}\n{{.}}\n{{/words}}\nb", "a\nx\ny\nb"),
    ("  {{#first}}\n  {{name}}\n  {{/first}}\n", "  one\n"),
    ("{{#first}}{{name}}\n{{/first}}{{count}}", "one\n3"),
    ("no {{ place", "no {{ place"),
  ])
  func writes(template: String, text: String) {
    #expect(Template(template).render(View()) == text)
  }
}
