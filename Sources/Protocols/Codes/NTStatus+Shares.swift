extension NTStatus {
  /// The server did what it was asked, but not all of it: MS-ERREF 2.3, Sev.
  package var isWarning: Bool { rawValue >> 30 == 2 }

  /// The disk is full, a quota is used up, or the medium is write-protected: MS-ERREF 2.3.1.
  package var isOfStorage: Bool { [0xC000_007F, 0xC000_0044, 0xC000_00A2].contains(rawValue) }

  /// Others have locked what was asked for: MS-ERREF 2.3.1.
  package var isOfLock: Bool { [0xC000_0054, 0xC000_0055].contains(rawValue) }

  /// The server, the share or the session is not there at the moment, whoever asks: MS-ERREF 2.3.1.
  package var isOfUnavailability: Bool {
    switch rawValue {
    // Share, server, share deleted, server paused, shutting down (two numbers).
    case 0xC000_0480, 0xC000_0466, 0xC000_00C9, 0xC000_00CF, 0xC000_02FE, 0xC000_02FF: true
    // Session expired, session deleted, a lower dialect is wanted, out of memory or of server resources.
    case 0xC000_035C, 0xC000_0203, 0xC05D_0001, 0xC000_009A, 0xC000_0205: true
    default: false
    }
  }

  /// It says nothing of one file, but that nothing on the share can be opened: MS-ERREF 2.3.1.
  package var isOfBrokenShare: Bool {
    switch rawValue {
    // No such device, disconnected, device not ready, disk corrupt, no medium.
    case 0xC000_000E, 0xC000_0037, 0xC000_00A3, 0xC000_0032, 0xC000_0013: true
    // Error in its data, not connected, removed, off line, volume locked by BitLocker, dirty volume, unknown file system.
    case 0xC000_009C, 0xC000_009D, 0xC000_02B6, 0x8000_0010, 0xC021_0000, 0xC000_0806, 0xC000_014F: true
    // User unknown, logon failure, out of memory.
    case 0xC000_0064, 0xC000_006D, 0xC000_009A: true
    // Time-out, network busy, device gone, share deleted, bad share.
    case 0xC000_00B5, 0xC000_00BF, 0xC000_00C0, 0xC000_00C9, 0xC000_00CC: true
    // Errors of the device, no server resources, connection gone, volume dismounted.
    case 0xC000_00E9, 0xC000_0185, 0xC000_0205, 0xC000_020C, 0xC000_026E: true
    // Server or file not available, signature not accepted.
    case 0xC000_0466, 0xC000_0467, 0xC000_A000: true
    // Share not available, server paused, shutting down (two numbers), connection refused.
    case 0xC000_0480, 0xC000_00CF, 0xC000_02FE, 0xC000_02FF, 0xC000_0236: true
    default: false
    }
  }
}
