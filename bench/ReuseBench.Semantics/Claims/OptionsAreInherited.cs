using System.Net;
using System.Net.Sockets;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;
using SocketOption = ReuseBench.Linux.SocketOption;

namespace ReuseBench.Semantics.Claims;

/// <summary>Why the options of the old listener matter after it is gone.</summary>
internal sealed class OptionsAreInherited : IClaim
{
    public string Name => "connections-inherit-options";

    public string Sentence => "Accepted connections inherit the two options of their listener";

    public string Source => "Linux, sk_clone_lock()";

    public ClaimFinding Check(ClaimLab lab) => lab.Script(site =>
    {
        List<string> evidence = [];
        bool inherited = true;
        foreach (ReuseOptions options in Enum.GetValues<ReuseOptions>())
        {
            using ReuseportGroup group = ReuseportGroup.Listen(site, members: 1, options);
            using ProbeSocket client = ProbeSocket.Open("client", Transport.Tcp, AddressFamily.InterNetwork, trace: null);
            client.ResetOnClose();
            _ = client.Connect(IPAddress.Loopback, group.Port);
            using ProbeSocket connection = group.Accept(0);
            ReuseOptions read = Read(connection);
            inherited &= read == options;
            evidence.Add($"{Core.Units.Names.Of(options)}: {Core.Units.Names.Of(read)}");
        }

        return ClaimFinding.Of(inherited, $"listener's options: those read back from the connection by getsockopt(2): {string.Join(", ", evidence)}");
    });

    private static ReuseOptions Read(ProbeSocket socket)
    {
        LinuxException.ThrowIfError(SocketCalls.GetOption(socket.Fd, SocketOption.ReuseAddr, out int reuseaddr), "getsockopt", "SO_REUSEADDR");
        LinuxException.ThrowIfError(SocketCalls.GetOption(socket.Fd, SocketOption.ReusePort, out int reuseport), "getsockopt", "SO_REUSEPORT");
        return (reuseaddr != 0 ? ReuseOptions.Reuseaddr : ReuseOptions.None) | (reuseport != 0 ? ReuseOptions.Reuseport : ReuseOptions.None);
    }
}
