import DequeModule

/// A list of limited length, of which the oldest go first. The numbers of those that stay do not change.
struct Recent<Element> {
  private let limit: Int
  private var elements: Deque<Element> = []
  private var firstNumber = 0

  init(limit: Int) { self.limit = limit }

  /// Elements that had to go.
  var forgotten: Int { firstNumber }
  var all: some Sequence<Element> { elements }
  /// The last few, the newest first.
  func newest(_ count: Int) -> some Sequence<Element> { elements.suffix(count).reversed() }
  /// What has to go with the next one, and its number; nil as long as there is room.
  var nextToGo: (number: Int, element: Element)? {
    elements.count == limit ? elements.first.map { (firstNumber, $0) } : nil
  }

  /// - Returns: the element's number.
  @discardableResult
  mutating func append(_ element: Element) -> Int {
    if elements.count == limit {
      elements.removeFirst()
      firstNumber += 1
    }
    elements.append(element)
    return firstNumber + elements.count - 1
  }

  /// nil when it had to go.
  subscript(number: Int) -> Element? { number < firstNumber ? nil : elements[number - firstNumber] }

  /// Changes an element, unless it had to go.
  mutating func change(_ number: Int, _ body: (inout Element) -> Void) {
    if number >= firstNumber { body(&elements[number - firstNumber]) }
  }
}
