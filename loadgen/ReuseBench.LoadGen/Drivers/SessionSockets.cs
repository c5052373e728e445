using System.Net.Sockets;
using ReuseBench.Core.Cells;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Drivers;

/// <summary>Asynchronous sockets that are bound as the source plan says, for all sessions of a driver.</summary>
internal sealed class SessionSockets(LoadSettings settings, Target target, TupleSource source)
{
    private readonly Lock _gate = new();
    private readonly ClientSockets _sockets = new(settings, target.Address, source);

    public long? DistinctTuples => source.DistinctTuples;

    /// <summary>The session's next socket, not yet connected.</summary>
    /// <returns>0, or the negative errno of the call that failed.</returns>
    public int Create(int slot, out Socket? socket)
    {
        Connection connection = new() { Fd = Connection.NoSocket };
        int result;
        lock (_gate)
        {
            result = _sockets.Create(slot, ref connection);
        }

        socket = null;
        if (result >= 0)
        {
            socket = new Socket(new SafeSocketHandle(connection.Fd, ownsHandle: true)) { NoDelay = true };
            if (settings.Close == ConnectionClose.Rst)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
        }

        return result;
    }
}
