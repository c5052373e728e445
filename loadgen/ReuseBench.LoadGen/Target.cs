using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen;

/// <summary>The server under load, as the user named it and as the kernel knows it.</summary>
/// <param name="Text">HOST:PORT, also the value of the Host header.</param>
/// <param name="Address">Where connections go.</param>
public sealed record Target(string Text, SockAddr Address)
{
    /// <summary>RFC 1035, 2.3.4.</summary>
    private const int MaxName = 253;

    /// <summary>The same server over the other family, where clients come over both: <see cref="Address"/> is IPv4 then, and this IPv6.</summary>
    public SockAddr? OtherFamily { get; init; }

    private const string Form = "write HOST:PORT, such as 127.0.0.1:8080, [::1]:8080 or localhost:8080";

    /// <summary>As <see cref="Resolve(string, AddressSet)"/>, over both families where the clients are to come over both.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="settings">Of the swarm.</param>
    /// <exception cref="UsageException">Also: it is of one family, and the clients are to be of both.</exception>
    public static Target Resolve(string text, LoadSettings settings)
    {
        if (!settings.DualStack)
        {
            return Resolve(text, settings.Sources);
        }

        (string host, ushort port) = Split(text);
        IPAddress[] addresses = !IPAddress.TryParse(host, out IPAddress? literal) ? Lookup(host, text)
            : literal.Equals(IPAddress.IPv6Any) ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [literal];
        IPAddress? four = Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetwork);
        IPAddress? six = Array.Find(addresses, a => a.AddressFamily == AddressFamily.InterNetworkV6);
        return four is not null && six is not null
            ? new Target(text, SockAddr.From(four, port)) { OtherFamily = SockAddr.From(six, port) }
            : throw new UsageException($"target: {host} is of one family, and with dual_stack the clients come over both; name a host that has an IPv4 and an "
                + "IPv6 address, or [::]:PORT for a listener of this host that takes both");
    }

    /// <summary>Resolves <c>HOST:PORT</c>; the host is an IPv4 address, an IPv6 address in brackets, or a name.</summary>
    /// <remarks>A name may have several addresses where the server listens on one: they are tried in the resolver's order (RFC 6724).</remarks>
    /// <param name="text">What the user wrote.</param>
    /// <param name="sources">Where these name a family, the host's address of that family is taken.</param>
    /// <exception cref="UsageException">Not of that form, or the name has no address.</exception>
    public static Target Resolve(string text, AddressSet sources)
    {
        (string host, ushort port) = Split(text);
        return new Target(text, SockAddr.From(AddressOf(host, port, text, sources), port));
    }

    /// <summary>The host without brackets.</summary>
    private static (string Host, ushort Port) Split(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon > 0 ? text[..colon] : "";
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        bool hasPort = ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port);
        return host.Length == 0 || !hasPort || port == 0 || (host.Contains(':') && !bracketed)
            ? throw new UsageException($"target: '{text}' is not a host and port; {Form}")
            : (bracketed ? host[1..^1] : host, port);
    }

    private static IPAddress AddressOf(string host, ushort port, string text, AddressSet sources)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return literal;
        }

        IPAddress[] addresses = Lookup(host, text);
        AddressFamily? family = sources.IsAny ? null : sources[0].AddressFamily;
        IPAddress[] eligible = [.. addresses.Where(a => family is null || a.AddressFamily == family)];
        return eligible.Length > 0
            ? ListeningAddress.FirstOf(eligible, port)
            : throw new UsageException($"target: {host} has no address of the family of the sources {sources}; name sources of its family");
    }

    private static IPAddress[] Lookup(string host, string text)
    {
        if (host.Length > MaxName)
        {
            throw new UsageException(
                $"target: the name of '{TextFromOutside.Clip(text)}' has {host.Length} characters, and no name has more than {MaxName}; {Form}");
        }

        try
        {
            IPAddress[] addresses = Dns.GetHostAddresses(host);
            return addresses.Length > 0 ? addresses : throw new UsageException($"target: the name of '{text}' has no address; {Form}");
        }
        catch (Exception e) when (e is ArgumentException)
        {
            // Such as a NUL, or what is no text of Unicode.
            throw new UsageException($"target: '{TextFromOutside.Clip(text)}' holds no name of a host; {Form}");
        }
        catch (SocketException e)
        {
            throw new UsageException($"target: the name of '{text}' cannot be resolved ({e.SocketErrorCode}); {Form}");
        }
    }
}

/// <summary>Which address of a name has a server behind it.</summary>
internal static class ListeningAddress
{
    /// <summary>Beyond what a host may stand still for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <param name="addresses">In the order in which they are preferred; at least one.</param>
    /// <param name="port">The server's.</param>
    /// <returns>The first that takes a connection, which is closed again; the first of all where none does.</returns>
    public static IPAddress FirstOf(IReadOnlyList<IPAddress> addresses, ushort port) =>
        addresses.Count == 1 ? addresses[0] : addresses.FirstOrDefault(address => TakesConnections(new IPEndPoint(address, port))) ?? addresses[0];

    private static bool TakesConnections(IPEndPoint endpoint)
    {
        using Socket socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource limit = new(Patience);
        try
        {
            socket.ConnectAsync(endpoint, limit.Token).AsTask().GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>Asks a server in TLS whether it speaks that: to find out why it has no answer to plain HTTP.</summary>
internal static class TlsProbe
{
    /// <summary>Beyond what a host may stand still for.</summary>
    private const int PatienceMs = 3000;

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
