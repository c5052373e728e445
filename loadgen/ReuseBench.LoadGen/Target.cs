using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ReuseBench.Core;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen;

/// <summary>The server under load, as the user named it and as the kernel knows it.</summary>
/// <param name="Text">HOST:PORT, also the value of the Host header.</param>
/// <param name="Address">Where connections go.</param>
public sealed record Target(string Text, SockAddr Address)
{
    private const string Form = "write HOST:PORT, such as 127.0.0.1:8080, [::1]:8080 or localhost:8080";

    /// <summary>Resolves <c>HOST:PORT</c>; the host is an IPv4 address, an IPv6 address in brackets, or a name.</summary>
    /// <remarks>A name may have several addresses where the server listens on one: they are tried in the resolver's order (RFC 6724).</remarks>
    /// <param name="text">What the user wrote.</param>
    /// <param name="sources">Where these name a family, the host's address of that family is taken.</param>
    /// <exception cref="UsageException">Not of that form, or the name has no address.</exception>
    public static Target Resolve(string text, AddressSet sources)
    {
        int colon = text.LastIndexOf(':');
        string host = colon > 0 ? text[..colon] : "";
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        bool hasPort = ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port);
        if (host.Length == 0 || !hasPort || port == 0 || (host.Contains(':') && !bracketed))
        {
            throw new UsageException($"target: '{text}' is not a host and port; {Form}");
        }

        IPAddress address = AddressOf(bracketed ? host[1..^1] : host, port, text, sources);
        return new Target(text, SockAddr.From(address, port));
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
        try
        {
            IPAddress[] addresses = Dns.GetHostAddresses(host);
            return addresses.Length > 0 ? addresses : throw new UsageException($"target: the name of '{text}' has no address; {Form}");
        }
        catch (SocketException e)
        {
            throw new UsageException($"target: the name of '{text}' cannot be resolved ({e.SocketErrorCode}); {Form}");
        }
    }
}
