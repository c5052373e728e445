using System.Net;
using System.Net.Sockets;
using ReuseBench.Linux;
using SocketOption = ReuseBench.Linux.SocketOption;

namespace ReuseBench.Semantics.Probing;

/// <summary>Uses .NET's socket classes and reads back with getsockopt(2) what they really set.</summary>
/// <seealso href="https://github.com/dotnet/runtime/blob/main/src/native/libs/System.Native/pal_networking.c"/>
public static class SocketApiFacts
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private static readonly (string Name, ProtocolType Protocol, string Calls, Action<Socket> Use)[] Methods =
    [
        ("tcp-new", ProtocolType.Tcp, "new Socket(…)", _ => { }),
        ("tcp-bind", ProtocolType.Tcp, "Bind", s => s.Bind(AnyPort)),
        ("tcp-cleared-bind", ProtocolType.Tcp, "ReuseAddress = false; Bind", s =>
        {
            s.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, false);
            s.Bind(AnyPort);
        }),
        ("tcp-exclusive-bind", ProtocolType.Tcp, "ExclusiveAddressUse = true; Bind", s =>
        {
            s.ExclusiveAddressUse = true;
            s.Bind(AnyPort);
        }),
        ("tcp-not-exclusive", ProtocolType.Tcp, "ExclusiveAddressUse = false", s => s.ExclusiveAddressUse = false),
        ("tcp-not-exclusive-bind", ProtocolType.Tcp, "ExclusiveAddressUse = false; Bind", s =>
        {
            s.ExclusiveAddressUse = false;
            s.Bind(AnyPort);
        }),
        ("tcp-reuseaddress", ProtocolType.Tcp, "ReuseAddress = true", s =>
            s.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true)),
        ("tcp-reuseaddress-bind", ProtocolType.Tcp, "ReuseAddress = true; Bind", s =>
        {
            s.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            s.Bind(AnyPort);
        }),
        ("tcp-bind-cleared", ProtocolType.Tcp, "Bind; ReuseAddress = false", s =>
        {
            s.Bind(AnyPort);
            s.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, false);
        }),
        ("udp-bind", ProtocolType.Udp, "Bind (UDP)", s => s.Bind(AnyPort)),
        ("udp-reuseaddress-bind", ProtocolType.Udp, "ReuseAddress = true; Bind (UDP)", s =>
        {
            s.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            s.Bind(AnyPort);
        }),
        ("udp-exclusive-bind", ProtocolType.Udp, "ExclusiveAddressUse = true; Bind (UDP)", s =>
        {
            s.ExclusiveAddressUse = true;
            s.Bind(AnyPort);
        }),
    ];

    public static IReadOnlyList<SocketApiFact> Read(Rights rights) =>
        new MatrixRun(rights).AtLoopbackSite<IReadOnlyList<SocketApiFact>>(_ => [.. Methods.Select(w => Read(w.Name, w.Protocol, w.Calls, w.Use))]);

    private static SocketApiFact Read(string name, ProtocolType protocol, string calls, Action<Socket> use)
    {
        SocketType type = protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram;
        using Socket socket = new(AddressFamily.InterNetwork, type, protocol);
        string? failure = null;
        try
        {
            use(socket);
        }
        catch (SocketException e)
        {
            failure = e.SocketErrorCode.ToString();
        }

        int getter = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress)!;
        return new SocketApiFact(name, calls, IsSet(socket, SocketOption.ReuseAddr), IsSet(socket, SocketOption.ReusePort), getter != 0, failure);
    }

    private static bool IsSet(Socket socket, SocketOption option)
    {
        LinuxException.ThrowIfError(SocketCalls.GetOption((int)socket.Handle, option, out int value), "getsockopt", option.Text);
        return value != 0;
    }
}

/// <summary>What a way of using .NET's socket classes really sets.</summary>
/// <param name="Name">Stable, in kebab-case.</param>
/// <param name="Calls">The calls made, as C#.</param>
/// <param name="Reuseaddr">SO_REUSEADDR afterwards, by getsockopt(2).</param>
/// <param name="Reuseport">SO_REUSEPORT afterwards, by getsockopt(2).</param>
/// <param name="ReuseAddressGetter">What .NET itself says ReuseAddress is.</param>
/// <param name="Failure">The exception that the calls ended in; null where there was none.</param>
public sealed record SocketApiFact(string Name, string Calls, bool Reuseaddr, bool Reuseport, bool ReuseAddressGetter, string? Failure);
