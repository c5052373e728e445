using System.Net;
using System.Net.Sockets;
using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

/// <summary>Listeners on one port of 127.0.0.1.</summary>
internal sealed class ReuseportGroup : IDisposable
{
    private readonly List<ProbeSocket> _members = [];
    private readonly SocketWaiter _waiter = new();
    private readonly ProbeSite _site;

    private ReuseportGroup(ProbeSite site, ushort port)
    {
        _site = site;
        Port = port;
    }

    public ushort Port { get; }

    /// <summary>Binds and listens <paramref name="members"/> times with <paramref name="options"/>.</summary>
    /// <exception cref="LinuxException">One of them may not.</exception>
    public static ReuseportGroup Listen(ProbeSite site, int members, ReuseOptions options)
    {
        ReuseportGroup group = new(site, site.NextPort());
        try
        {
            for (int i = 0; i < members; i++)
            {
                group.Join(options);
            }

            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    /// <summary>One more listener.</summary>
    /// <exception cref="LinuxException">It may not.</exception>
    public void Join(ReuseOptions options)
    {
        ProbeSocket member = Open(options);
        SockAddr address = SockAddr.From(IPAddress.Loopback, Port);
        LinuxException.ThrowIfError(member.Bind(IPAddress.Loopback, Port), "bind", address);
        LinuxException.ThrowIfError(member.Listen(), "listen", address);
    }

    /// <summary>One more socket of the group, not bound yet.</summary>
    public ProbeSocket Open(ReuseOptions options)
    {
        ProbeSocket member = ProbeSocket.Open($"member {_members.Count}", Transport.Tcp, AddressFamily.InterNetwork, trace: null).With(options);
        _members.Add(member);
        return member;
    }

    /// <summary>The member that got a new connection, by its position; −1 for none.</summary>
    /// <param name="sourcePort">The client's port; 0 lets the kernel choose.</param>
    public int WhoGetsConnection(ushort sourcePort = 0)
    {
        using ProbeSocket client = _site.OpenClient("client", Transport.Tcp, new Route(IPAddress.Loopback, null), trace: null);
        client.ResetOnClose();
        if (sourcePort != 0)
        {
            LinuxException.ThrowIfError(client.Bind(IPAddress.Loopback, sourcePort), "bind", SockAddr.From(IPAddress.Loopback, sourcePort));
        }

        _ = client.Connect(IPAddress.Loopback, Port);
        int who = -1;
        _ = _waiter.Until(() => (who = _members.FindIndex(m => m.TryTake())) >= 0 || client.HasFailed(), [.. _members, client]);
        return who;
    }

    /// <exception cref="LinuxException">No connection came in time.</exception>
    public ProbeSocket Accept(int member)
    {
        ProbeSocket? connection = null;
        bool came = _waiter.Until(() => (connection = _members[member].TryAccept("connection")) is not null, _members[member]);
        LinuxException.ThrowIfError(came ? 0 : -ErrnoCode.ETIMEDOUT, "accept", "a connection");
        return connection!;
    }

    public void Dispose()
    {
        _members.ForEach(m => m.Dispose());
        _waiter.Dispose();
    }
}

/// <summary>
/// A process that joins a port of 127.0.0.1 with SO_REUSEPORT: it prints <see cref="Ready"/> once it listens, or what bind or
/// listen said, and lasts until its input ends, which it does with the process that started it.
/// </summary>
internal static class GroupMember
{
    public const string Option = "--join";
    public const string Ready = "READY";

    public static int Run(ushort port, TextReader input, TextWriter output)
    {
        using ProbeSocket socket = ProbeSocket.Open("member", Transport.Tcp, AddressFamily.InterNetwork, trace: null).With(ReuseOptions.Reuseport);
        int result = socket.Bind(IPAddress.Loopback, port);
        result = result < 0 ? result : socket.Listen();
        output.WriteLine(result < 0 ? ObservationText.Result(result) : Ready);
        output.Flush();
        if (result == 0)
        {
            _ = input.ReadToEnd();
        }

        return result == 0 ? 0 : 1;
    }
}
