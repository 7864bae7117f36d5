import Diagnosis
import Rules
import Testing

/// Every section that a rule cites has this title in its document.
@Suite struct CitationTests {
  static let titles: [String: String] = [
    "MS-SMB2 2.1": "Transport", "MS-SMB2 2.2.2": "SMB2 ERROR Response", "MS-SMB2 2.2.2.2.2": "Share Redirect Error Context Response",
    "MS-SMB2 2.2.3": "SMB2 NEGOTIATE Request", "MS-SMB2 2.2.3.1.1": "SMB2_PREAUTH_INTEGRITY_CAPABILITIES",
    "MS-SMB2 2.2.3.1.2": "SMB2_ENCRYPTION_CAPABILITIES", "MS-SMB2 2.2.3.1.7": "SMB2_SIGNING_CAPABILITIES",
    "MS-SMB2 2.2.4": "SMB2 NEGOTIATE Response", "MS-SMB2 2.2.4.1": "SMB2 NEGOTIATE_CONTEXT Response Values",
    "MS-SMB2 2.2.4.1.2": "SMB2_ENCRYPTION_CAPABILITIES", "MS-SMB2 2.2.4.1.7": "SMB2_SIGNING_CAPABILITIES",
    "MS-SMB2 2.2.5": "SMB2 SESSION_SETUP Request", "MS-SMB2 2.2.6": "SMB2 SESSION_SETUP Response",
    "MS-SMB2 2.2.10": "SMB2 TREE_CONNECT Response", "MS-SMB2 2.2.31.4": "VALIDATE_NEGOTIATE_INFO Request",
    "MS-SMB2 2.2.32.6": "VALIDATE_NEGOTIATE_INFO Response", "MS-SMB2 2.2.41": "SMB2 TRANSFORM_HEADER",
    "MS-SMB2 3.1.4.1": "Signing An Outgoing Message", "MS-SMB2 3.1.4.2": "Generating Cryptographic Keys",
    "MS-SMB2 3.1.4.3": "Encrypting the Message",
    "MS-SMB2 3.2.4.1.1": "Signing the Message", "MS-SMB2 3.2.4.1.8": "Encrypting the Message",
    "MS-SMB2 3.2.4.2": "Application Requests a Connection to a Share", "MS-SMB2 3.2.4.2.3": "Authenticating the User",
    "MS-SMB2 3.2.5.1.2": "Finding the Application Request for This Response",
    "MS-SMB2 3.2.5.1.3": "Verifying the Signature", "MS-SMB2 3.2.5.1.6": "Handling Session Expiration",
    "MS-SMB2 3.2.5.2": "Receiving an SMB2 NEGOTIATE Response", "MS-SMB2 3.2.5.3": "Receiving an SMB2 SESSION_SETUP Response",
    "MS-SMB2 3.2.5.3.1": "Handling a New Authentication", "MS-SMB2 3.2.5.3.3": "Handling Session Binding",
    "MS-SMB2 3.2.5.5": "Receiving an SMB2 TREE_CONNECT Response",
    "MS-SMB2 3.2.5.14.12": "Handling a Validate Negotiate Info Response", "MS-SMB2 3.2.6.1": "Request Expiration Timer Event",
    "MS-SMB2 3.2.7.1": "Handling a Network Disconnect", "MS-SMB2 3.3.1.2": "Per Connection Algorithm for the Granting of Message Credits",
    "MS-SMB2 3.3.4.1.1": "Signing the Message", "MS-SMB2 3.3.5.2": "Receiving Any Message",
    "MS-SMB2 3.3.5.2.2": "Verifying the Connection State", "MS-SMB2 3.3.5.2.4": "Verifying the Signature",
    "MS-SMB2 2.2.1.2": "SMB2 Packet Header - SYNC", "MS-SMB2 3.3.5.2.9": "Verifying the Session", "MS-SMB2 3.3.5.2.11": "Verifying the Tree Connect",
    "MS-SMB2 3.3.5.3": "Receiving an SMB_COM_NEGOTIATE", "MS-SMB2 3.3.5.3.1": "SMB 2.1 or 3.x Support",
    "MS-SMB2 3.3.5.3.2": "SMB 2.0.2 Support", "MS-SMB2 3.3.5.4": "Receiving an SMB2 NEGOTIATE Request",
    "MS-SMB2 3.3.5.5": "Receiving an SMB2 SESSION_SETUP Request", "MS-SMB2 3.3.5.5.1": "Authenticating a New Session",
    "MS-SMB2 3.3.5.5.2": "Reauthenticating an Existing Session", "MS-SMB2 3.3.5.5.3": "Handling GSS-API Authentication",
    "MS-SMB2 3.3.5.7": "Receiving an SMB2 TREE_CONNECT Request", "MS-SMB2 3.3.5.9": "Receiving an SMB2 CREATE Request",
    "MS-SMB2 3.3.5.15": "Receiving an SMB2 IOCTL Request", "MS-SMB2 3.3.5.15.12": "Handling a Validate Negotiate Info Request",
    "MS-CIFS 2.2.4.52": "SMB_COM_NEGOTIATE", "MS-CIFS 3.1.5.1": "Receiving Any Message", "MS-DFSC 3.1.5.1": "I/O Operation to Target Fails with STATUS_PATH_NOT_COVERED",
    "MS-DFSC 3.1.5.4": "Receiving a Referral Response", "MS-ERREF 2.3": "NTSTATUS",
    "MS-ERREF 2.3.1": "NTSTATUS Values", "MS-NLMP 2.2.1.3": "AUTHENTICATE_MESSAGE", "MS-NLMP 2.2.2.1": "AV_PAIR",
    "MS-NLMP 2.2.2.6": "NTLM v1 Response: NTLM_RESPONSE",
    "MS-NLMP 3.1.5.1.2": "Client Receives a CHALLENGE_MESSAGE from the Server",
    "MS-NLMP 3.2.5.1.2": "Server Receives an AUTHENTICATE_MESSAGE from the Client", "MS-NLMP 3.3.1": "NTLM v1 Authentication",
    "MS-NLMP 3.3.2": "NTLM v2 Authentication",
    "MS-SMBD 2.1": "Transport", "MS-SPNG 3.1.5": "Message Processing Events and Sequencing Rules",
    "RFC 791 3.2": "Discussion", "RFC 792": "Internet Control Message Protocol", "RFC 1001 16": "NetBIOS Session Service",
    "RFC 826": "An Ethernet Address Resolution Protocol", "RFC 1002 4.2.12": "NAME QUERY REQUEST",
    "RFC 2782": "A DNS RR for specifying the location of services (DNS SRV)", "RFC 8499 3": "DNS Response Codes",
    "RFC 4120 7.2.3.2": "Specifying KDC Location Information with DNS SRV records", "RFC 4861 7.2": "Address Resolution",
    "RFC 1002 4.3": "Session Service Packets", "RFC 1002 4.3.1": "General Format of Session Packets",
    "RFC 1002 4.3.4": "Negative Session Response Packet", "RFC 1002 4.3.5": "Session Retarget Response Packet",
    "RFC 1035 4.1.1": "Header section format", "RFC 1035 4.2.1": "UDP usage", "RFC 1035 7.2": "Sending the queries",
    "RFC 1122 3.2.2.1": "Destination Unreachable", "RFC 1191": "Path MTU Discovery", "RFC 2018 2": "Sack-Permitted Option",
    "RFC 2308 2": "Negative Responses", "RFC 4120 1.6": "Environmental Assumptions",
    "RFC 4120 3.1.1": "Generation of KRB_AS_REQ Message", "RFC 4120 3.1.3": "Generation of KRB_AS_REP Message",
    "RFC 4120 3.1.5": "Receipt of KRB_AS_REP Message", "RFC 4120 3.3.3": "Generation of KRB_TGS_REP Message",
    "RFC 4120 5.2.7": "PA-DATA", "RFC 4120 5.9.1": "KRB_ERROR Definition", "RFC 4120 6.2.1": "Name of Server Principals",
    "RFC 4120 7.2.1": "UDP/IP Transports", "RFC 4120 7.2.2": "TCP/IP Transports", "RFC 4120 7.5.9": "Error Codes",
    "RFC 4178 4.1": "Mechanism Types", "RFC 4178 4.2": "Negotiation Tokens", "RFC 4443 3.1": "Destination Unreachable Message",
    "RFC 4821": "Packetization Layer Path MTU Discovery", "RFC 5044 7.1": "Connection Setup",
    "RFC 5681 3.2": "Fast Retransmit/Fast Recovery", "RFC 5961": "Improving TCP's Robustness to Blind In-Window Attacks",
    "RFC 6113 5.4.4": "Authenticated Kerberos Error Messages Using Kerberos FAST", "RFC 6298": "Computing TCP's Retransmission Timer",
    "RFC 6298 2": "The Basic Algorithm", "RFC 6806 7": "Client Referrals", "RFC 6806 8": "Server Referrals",
    "RFC 6864 4": "Updates to the IPv4 ID Specification", "RFC 7323 2.2": "Window Scale Option",
    "RFC 7323 3.2": "Timestamps Option", "RFC 7323 5.4": "Timestamp Clock", "RFC 8201": "Path MTU Discovery for IP version 6",
    "RFC 9000 17.2.2": "Initial Packet", "RFC 9293 3.4": "Sequence Numbers", "RFC 9293 3.5": "Establishing a Connection",
    "RFC 9293 3.5.2": "Reset Generation", "RFC 9293 3.10.7.4": "Other States", "RFC 5961 4": "Blind Reset Attack Using the SYN Bit", "RFC 9293 3.8.1": "Retransmission Timeout", "RFC 4178 4.2.1": "negTokenInit",
    "MS-NLMP 2.2.2.5": "NEGOTIATE", "MS-NLMP 2.2.2.2": "Single_Host_Data", "RFC 4120 5.2.7.5": "PA-ETYPE-INFO2",
    "RFC 4120 3.2.3": "Receipt of KRB_AP_REQ Message", "MS-KILE 2.2.7": "Supported Encryption Types Bit Flags",
    "RFC 8429": "Deprecate Triple-DES (3DES) and RC4 in Kerberos", "MS-DFSC 3.1.4.2": "Sending a DFS Referral Request to the Server", "RFC 9293 3.6": "Closing a Connection", "RFC 9293 3.8.6": "Managing the Window",
    "pcap-savefile(5)": "libpcap savefile format", "draft-ietf-opsawg-pcapng": "PCAP Now Generic (pcapng) Capture File Format",
    "IANA TCP Parameters": "TCP Option Kind Numbers",
    "Riverbed SteelHead Deployment Guide, Auto-Discovery": "Auto-Discovery", "Cisco WAAS, Verify Auto-Discovery": "Verify Auto-Discovery",
  ]

  @Test(arguments: Rule.all.map(\.id))
  func citesWhatThereIs(id: String) throws {
    for reference in try #require(Rule.named(id)).references {
      #expect(Self.titles[reference] != nil, "\(id) cites \(reference), which is not among the sections known by their titles")
    }
  }

  /// Sections that are about something else than they were once cited for.
  @Test func citesTheSectionThatSaysIt() throws {
    let expected = [
      "session-binding-failed": "Receiving an SMB2 SESSION_SETUP Request", "session-reauth-failed": "Reauthenticating an Existing Session",
      "session-expired": "Handling Session Expiration", "smb1-only-server": "Receiving an SMB2 NEGOTIATE Response",
      "tree-access-denied": "Receiving an SMB2 TREE_CONNECT Request", "vni-aborted-by-server": "Handling a Validate Negotiate Info Request",
      "vni-response-unsigned": "Handling a Validate Negotiate Info Response",
    ]
    for (id, title) in expected {
      #expect(try #require(Rule.named(id)).references.contains { Self.titles[$0] == title }, "\(id)")
    }
  }
}
