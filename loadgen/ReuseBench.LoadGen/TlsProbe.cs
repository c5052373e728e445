using System.Net.Sockets;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen;

/// <summary>Asks a server in TLS whether it speaks that: to find out why it has no answer to plain HTTP.</summary>
internal static class TlsProbe
{
    private const int PatienceMs = 1000;

    // RFC 8446, 5.1: a record of type handshake or alert, version 3.x.
    private const byte Handshake = 0x16;
    private const byte Alert = 0x15;
    private const byte MajorVersion = 3;

    /// <summary>
    /// A ClientHello of TLS 1.2 (RFC 5246, 7.4.1.2) with the suites that servers of today have. Whether the server likes it is no matter: it
    /// answers with a ServerHello or an alert.
    /// </summary>
    private static readonly byte[] ClientHello =
    [
        Handshake, MajorVersion, 1, 0, 83, // record: 83 bytes
        1, 0, 0, 79, // ClientHello: 79 bytes
        MajorVersion, 3, .. Enumerable.Repeat((byte)'r', 32), 0, // version, random, no session
        0, 10, 0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c, 0xc0, 0x30, 0x00, 0x9c, // suites
        1, 0, // no compression
        0, 28, // extensions: 28 bytes
        0, 10, 0, 6, 0, 4, 0, 29, 0, 23, // groups: x25519, secp256r1
        0, 11, 0, 2, 1, 0, // points: uncompressed
        0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1, // signatures: ECDSA, PSS and PKCS #1, each with SHA-256
    ];

    public static bool Speaks(in SockAddr address)
    {
        using Socket socket = new(address.ToEndPoint().AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            SendTimeout = PatienceMs,
            ReceiveTimeout = PatienceMs,
        };
        try
        {
            socket.Connect(address.ToEndPoint());
            socket.Send(ClientHello);
            byte[] answer = new byte[2];
            int received = socket.Receive(answer);
            received += received == 1 ? socket.Receive(answer, 1, 1, SocketFlags.None) : 0;
            return received == 2 && answer[0] is Handshake or Alert && answer[1] == MajorVersion;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
