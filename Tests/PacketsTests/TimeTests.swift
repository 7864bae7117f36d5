import Packets
import Testing

@Suite struct TimeTests {
  /// A damaged file may hold any times.
  @Test func nothingOverflows() {
    let (early, late) = (Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .max))
    let shortest = TimeSpan(nanoseconds: .min)
    #expect(late.since(early) == .longest)
    #expect(early.since(late) == shortest)
    #expect(late + .seconds(1) == late)
    #expect(early - .longest == early)
    #expect(-shortest == .longest)
    #expect(shortest.magnitude == .longest)
    #expect(.longest + .longest == TimeSpan.longest)
    #expect(shortest - .longest == shortest)
    #expect(TimeSpan.days(.max) == .longest)
    #expect(TimeSpan.days(.min) == shortest)
    #expect(shortest * 2 == shortest)
    #expect(shortest * -1 == .longest)
    #expect(TimeSpan.longest.roundedToSeconds.seconds == TimeSpan.longest.seconds)
    #expect(TimeSpan.milliseconds(-1_499).roundedToSeconds == .seconds(-1))
    #expect(TimeSpan.milliseconds(1_500).roundedToSeconds == .seconds(2))
    #expect(Timestamp(nanoseconds: 5).since(Timestamp(nanoseconds: 7)) == TimeSpan(nanoseconds: -2))
  }

  @Test(arguments: [
    (-1, "0 ms"), (0, "0 ms"), (49_999, "0 ms"), (50_000, "0.1 ms"), (9_940_000, "9.9 ms"), (9_960_000, "10 ms"),
    (25_400_000, "25 ms"), (999_499_999, "999 ms"), (999_500_000, "1 s"), (12_340_000_000, "12.3 s"), (60_000_000_000, "60 s"),
    (119_990_000_000, "120 s"), (120_000_000_000, "2 min"), (320_900_000_000, "5 min 20 s"), (7_199_000_000_000, "119 min 59 s"),
    (7_200_000_000_000, "2 h"), (11_520_000_000_000, "3 h 12 min"), (172_800_000_000_000, "2 days"),
    (349_200_000_000_000, "4 days 1 h"), (.max, "106751 days 23 h"),
  ] as [(Int64, String)])
  func saysASpan(nanoseconds: Int64, expected: String) {
    #expect("\(TimeSpan(nanoseconds: nanoseconds))" == expected)
  }

  /// Dates and days are each other's inverse, over leap days and over the eras of the calendar.
  @Test func countsDays() {
    var date = CivilDate(daysSince1970: -800_000)
    for day in Int64(-800_000)...800_000 {
      date = CivilDate(daysSince1970: day)
      if date.daysSince1970 != day { break }
    }
    #expect(date.daysSince1970 == 800_000)
    #expect(CivilDate(year: 1970, month: 1, day: 1).daysSince1970 == 0)
    #expect(CivilDate(year: 2000, month: 2, day: 29).daysSince1970 == 11_016)
    #expect(CivilDate(year: 2000, month: 3, day: 1).daysSince1970 == 11_017)
    #expect(CivilDate(year: 1900, month: 3, day: 1).daysSince1970 - CivilDate(year: 1900, month: 2, day: 28).daysSince1970 == 1)
    #expect("\(CivilDate(daysSince1970: 20_778))" == "2026-11-21")
  }
}
