// swift-tools-version: 6.1
import PackageDescription

// The vector functions of glibc, which it has for this processor.
#if arch(x86_64)
  let vectorFunctions: [LinkerSetting] = [.linkedLibrary("mvec")]
#else
  let vectorFunctions: [LinkerSetting] = []
#endif

let package = Package(
  name: "overshoot",
  products: [.executable(name: "overshoot", targets: ["overshoot"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CMPFR", path: "Sources/CMPFR"),
    .target(
      name: "CLibedit", exclude: ["README.md"], linkerSettings: [.linkedLibrary("edit")]),
    .target(name: "CVector", exclude: ["README.md"], linkerSettings: vectorFunctions),
    .target(
      name: "Calculus", dependencies: ["CMPFR", "CVector", "Native"], exclude: ["README.md"]),
    .target(name: "Descent", dependencies: ["Calculus"], exclude: ["README.md"]),
    .target(name: "Native", exclude: ["README.md"]),
    .target(name: "Plotting", dependencies: ["Native"], exclude: ["README.md"]),
    .target(
      name: "Shell", dependencies: ["Calculus", "Descent", "Plotting"], exclude: ["README.md"]),
    .executableTarget(
      name: "overshoot",
      dependencies: [
        "Shell", "CLibedit",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["README.md"],
      // lld: gold warns of mktemp in Foundation, which the option parser links.
      linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),
    .executableTarget(
      name: "core-benchmark", dependencies: ["Calculus", "Descent"], path: "Tests/benchmark"),
    .testTarget(
      name: "OvershootTests", dependencies: ["Calculus", "Descent", "Native", "Plotting", "Shell"],
      path: "Tests/OvershootTests", resources: [.copy("Cases")]),
  ],
  swiftLanguageModes: [.v6]
)
