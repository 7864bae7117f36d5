// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every target: Swift 6 language mode, strict memory safety, and no warning left standing.
let settings: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // Lets a function return a view that borrows from its argument; used where a `ByteView` is returned.
  .enableExperimentalFeature("Lifetimes"),
]

/// Swift's libraries are in the program: it starts in a third of the time, and on machines without Swift.
let onRelease = BuildSettingCondition.when(platforms: [.linux], configuration: .release)
let standalone = SwiftSetting.unsafeFlags(["-static-stdlib"], onRelease)

/// libFuzzer brings its own main function, so its program is there only for `Tests/Fuzzing/run`, which sets this and builds
/// with `--sanitize=fuzzer`.
let isFuzzing = Context.environment["SMBDX_FUZZING"] != nil

let cSettings: [CSetting] = isFuzzing ? [.unsafeFlags(["-fsanitize=undefined", "-fsanitize-trap=undefined"])] : []

let package = Package(
  name: "smbdx",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "smbdx", targets: ["smbdx"])],
  dependencies: [
    // Commands, options, --help and shell completions.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // BER for Kerberos and SPNEGO.
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    // Searching in sorted lists, and each element once.
    .package(url: "https://github.com/apple/swift-algorithms", from: "1.2.1"),
    // Deques for the queues that bound memory; a heap for the order of several files.
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    // Colour on terminals.
    .package(url: "https://github.com/onevcat/Rainbow", from: "4.2.2"),
    // Writing results to descriptors, with errors that have names.
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .systemLibrary(name: "CLibpcap", providers: [.apt(["libpcap-dev"]), .brew(["libpcap"])]),
    // Compressed captures: zlib, libzstd, liblz4, liblzma.
    .systemLibrary(
      name: "CCompression",
      providers: [
        .apt(["zlib1g-dev", "libzstd-dev", "liblz4-dev", "liblzma-dev"]), .brew(["zlib", "zstd", "lz4", "xz"]),
      ]),
    // The few lines of C that Swift cannot say: for System, where libseccomp confines the program, and toml++ reads its
    // settings, from headers alone; and for Capture.
    .target(name: "CSupport", cSettings: cSettings, linkerSettings: [.linkedLibrary("seccomp")]),
    .target(name: "CCapture", cSettings: cSettings),
    .target(name: "Packets", dependencies: [.product(name: "DequeModule", package: "swift-collections")], swiftSettings: settings),
    .target(
      name: "Protocols", dependencies: ["Packets", .product(name: "SwiftASN1", package: "swift-asn1")],
      swiftSettings: settings),
    // OpenSSL's libcrypto and MIT's libk5crypto, opened only when keys are given.
    .target(name: "CCrypto", cSettings: cSettings),
    .target(name: "Cryptography", dependencies: ["CCrypto"], swiftSettings: settings),
    // Session keys, signatures, and what is encrypted.
    .target(name: "Proof", dependencies: ["Packets", "Protocols", "Cryptography"], swiftSettings: settings),
    .target(
      name: "Transcripts",
      dependencies: [
        "Packets", "Protocols", "Proof", .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: settings),
    .target(name: "Rules", dependencies: ["Packets", "Protocols", "Proof", "Transcripts"], swiftSettings: settings),
    .target(
      name: "Diagnosis",
      dependencies: [
        "Packets", "Protocols", "Proof", "Transcripts", "Rules", .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: settings),
    // The same incident at several capture points, and one that works with one that does not.
    .target(
      name: "Compare",
      dependencies: [
        "Packets", "Protocols", "Proof", "Transcripts", "Rules", "Diagnosis", .product(name: "Algorithms", package: "swift-algorithms"),
      ], swiftSettings: settings),
    .target(
      name: "Reports",
      dependencies: [
        "Packets", "Protocols", "Transcripts", "Rules", "Diagnosis", "Compare", "Rainbow",
        .product(name: "Algorithms", package: "swift-algorithms"),
      ],
      exclude: ["Schema"], swiftSettings: settings),
    .target(
      name: "Extracts", dependencies: ["Packets", "Protocols", "Transcripts", "Rules", "Diagnosis"], swiftSettings: settings),
    .target(name: "System", dependencies: ["CSupport", "Packets"], swiftSettings: settings),
    .target(
      name: "Capture",
      dependencies: [
        "CLibpcap", "CCompression", "CCapture", "Packets", "System", .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "DequeModule", package: "swift-collections"), .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "smbdx",
      dependencies: [
        "Capture", "Extracts", "Packets", "Protocols", "Cryptography", "Proof", "Transcripts", "Rules", "Diagnosis", "Compare",
        "Reports", "System",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings + [standalone], linkerSettings: [.unsafeFlags(["-static-stdlib"], onRelease)]),
    .testTarget(
      name: "ReportsTests", dependencies: ["Packets", "Protocols", "Transcripts", "Rules", "Diagnosis", "Reports"],
      exclude: ["Snapshots"], swiftSettings: settings),
    // Bytes of frames, messages and capture files, for every test target.
    .target(name: "TestSupport", dependencies: ["Packets"], path: "Tests/Support", swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "Capture", "Extracts", "Packets", "Protocols", "Cryptography", "Proof", "Transcripts", "Rules", "Diagnosis", "Compare",
        "Reports", "TestSupport", "smbdx",
      ],
      exclude: ["Keyed", "live-lab", "live-samba"], swiftSettings: settings),
    .testTarget(
      name: "ProofTests", dependencies: ["Packets", "Protocols", "Cryptography", "Proof", "TestSupport"], swiftSettings: settings),
    .testTarget(name: "SystemTests", dependencies: ["System"], swiftSettings: settings),
    .testTarget(name: "PacketsTests", dependencies: ["Packets", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "CaptureTests", dependencies: ["CCompression", "Capture", "Packets", "TestSupport"], exclude: ["Traces"],
      swiftSettings: settings),
    .testTarget(
      name: "ProtocolsTests", dependencies: ["Packets", "Protocols", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "RulesTests", dependencies: ["Packets", "Protocols", "Transcripts", "Rules", "Diagnosis", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "TranscriptsTests", dependencies: ["Packets", "Protocols", "Transcripts", "TestSupport"],
      swiftSettings: settings),
  ],
  cxxLanguageStandard: .cxx17
)

if isFuzzing {
  package.targets.append(
    .executableTarget(
      name: "Fuzz", dependencies: ["Capture", "Packets", "Protocols", "Transcripts", "Rules", "Diagnosis", "Reports", "TestSupport"],
      swiftSettings: settings))
}
