using ReuseBench.Linux;
using ReuseBench.Semantics.Cases;

namespace ReuseBench.Semantics.Probing;

/// <summary>
/// The first socket of a case, really brought to its state: connections are really made and closed, and the kernel's own
/// table confirms the state before the second socket tries.
/// </summary>
internal sealed class FirstSide : IDisposable
{
    private readonly ProbeSite _site;
    private readonly SocketWaiter _waiter;
    private readonly CallTrace? _trace;
    private readonly List<ProbeSocket> _held = [];

    private FirstSide(ProbeSite site, SocketWaiter waiter, CallTrace? trace)
    {
        _site = site;
        _waiter = waiter;
        _trace = trace;
    }

    /// <summary>The bound or listening socket; null where only a connection of it is left.</summary>
    public ProbeSocket? Socket { get; private set; }

    /// <exception cref="LinuxException">A call failed that has to succeed; EADDRINUSE where the port was not free after all.</exception>
    public static FirstSide BringToState(SemanticCase c, ushort port, ProbeSite site, SocketWaiter waiter, CallTrace? trace)
    {
        FirstSide side = new(site, waiter, trace);
        try
        {
            side.Bring(c, port);
            return side;
        }
        catch
        {
            side.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (ProbeSocket socket in _held)
        {
            socket.Dispose();
        }

        Socket?.Dispose();
    }

    private void Bring(SemanticCase c, ushort port)
    {
        BindAddress address = c.Addresses.First;
        Socket = ProbeSocket.Open("first", c.Transport, address.Address.AddressFamily, _trace)
            .With(c.First)
            .WithFamilyOf(address)
            .WithDevice(Route.FirstDevice(c));
        LinuxException.ThrowIfError(Socket.Bind(address.Address, port), "bind", SockAddr.From(address.Address, port));
        if (c.State == FirstState.Bound)
        {
            return;
        }

        LinuxException.ThrowIfError(Socket.Listen(), "listen", SockAddr.From(address.Address, port));
        if (c.State != FirstState.Listening)
        {
            LeaveConnection(c.State, Route.ToFirst(c), port);
        }
    }

    /// <summary>Accepts one connection, closes the listener and brings the connection to its state.</summary>
    private void LeaveConnection(FirstState state, Route route, ushort port)
    {
        ProbeSocket client = Hold(_site.OpenClient("client", Transport.Tcp, route, _trace));
        LinuxException.ThrowIfError(client.Connect(route.Destination, port), "connect", SockAddr.From(route.Destination, port));
        ProbeSocket? accepted = null;
        Expect(_waiter.Until(() => (accepted = Socket!.TryAccept("connection")) is not null, Socket!), "an accepted connection");
        ProbeSocket connection = Hold(accepted!);
        SockAddr server = SockAddr.From(route.Destination, port);
        SockAddr peer = client.LocalAddress();
        Socket!.Dispose();
        Socket = null;

        switch (state)
        {
            case FirstState.EstablishedChild:
                Confirm(connection, TcpState.Established);
                break;
            case FirstState.CloseWait:
                client.Dispose();
                Confirm(connection, TcpState.CloseWait);
                break;
            case FirstState.FinWait2:
                CloseFirst(connection);
                break;
            default:
                CloseFirst(connection);
                client.Dispose();
                ConfirmTimeWait(server, peer);
                break;
        }
    }

    private void CloseFirst(ProbeSocket connection)
    {
        // Shut down, wait, close: closing at once would leave it to chance whether the FIN is acknowledged before or after.
        connection.ShutdownWrite();
        Confirm(connection, TcpState.FinWait2);
        connection.Dispose();
    }

    private void Confirm(ProbeSocket connection, TcpState state)
    {
        Expect(SocketWaiter.Poll(() => SocketCalls.GetTcpState(connection.Fd) == (int)state), $"the connection in {state}");
        _trace?.Note($"TCP_INFO: {connection.Name} is in {state}");
    }

    private void ConfirmTimeWait(SockAddr server, SockAddr client)
    {
        Expect(SocketWaiter.Poll(() => IsInTimeWait(server, client)), "the connection in TimeWait");
        _trace?.Note($"sock_diag: the connection of {server} with {client} is in TimeWait");
    }

    /// <summary>A kernel without sock_diag is asked for its whole table, which takes longer.</summary>
    private static bool IsInTimeWait(SockAddr server, SockAddr client) =>
        SocketDiagnostics.StateOfConnection(server, client) == (int)TcpState.TimeWait
        || TcpTable.Read().Rows.Any(r => r.State == TcpState.TimeWait && r.Local.Port == server.Port && r.Remote.Port == client.Port);

    private ProbeSocket Hold(ProbeSocket socket)
    {
        _held.Add(socket);
        return socket;
    }

    private static void Expect(bool came, string what) =>
        LinuxException.ThrowIfError(came ? 0 : -ErrnoCode.ETIMEDOUT, "wait", what);
}
