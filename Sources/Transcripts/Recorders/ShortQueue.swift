/// A list that nearly always holds at most one element: the first element needs no allocation.
struct ShortQueue<Element>: RandomAccessCollection {
  private var head: Element?
  private var others: [Element] = []

  init() {}

  var startIndex: Int { 0 }
  var endIndex: Int { head == nil ? 0 : 1 + others.count }

  subscript(index: Int) -> Element {
    if index == 0, let head { return head }
    return others[index - 1]
  }

  mutating func append(_ element: Element) { if head == nil { head = element } else { others.append(element) } }

  mutating func remove(at index: Int) -> Element {
    guard index == 0, let first = head else { return others.remove(at: index - 1) }
    head = others.isEmpty ? nil : others.removeFirst()
    if others.isEmpty { others = [] }
    return first
  }

  /// Takes out the first element that is wanted.
  mutating func take(where isWanted: (Element) -> Bool) -> Element? {
    firstIndex(where: isWanted).map { remove(at: $0) }
  }

  mutating func removeAll(where isUnwanted: (Element) -> Bool) {
    others.removeAll(where: isUnwanted)
    if let first = head, isUnwanted(first) { _ = remove(at: 0) }
  }
}
