using System.Net;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Sources;

/// <summary>
/// All source tuples of a plan, numbered: address after address, ports ascending in steps. Where a source address may be the target's
/// own, the target's port is left out, because a socket can connect to itself.
/// </summary>
internal sealed class TupleSpace
{
    private readonly SockAddr[] _addresses;
    private readonly PortRange _ports;
    private readonly int _step;
    private readonly int _leftOutIndex;
    private readonly int _portsPerAddress;

    /// <param name="addresses">At least one; the wildcard address leaves the choice to the kernel.</param>
    /// <param name="ports">Ports to take from.</param>
    /// <param name="step">Distance of neighbouring ports; 1 takes all.</param>
    /// <param name="target">Where the connections go.</param>
    public TupleSpace(IReadOnlyList<IPAddress> addresses, PortRange ports, int step, SockAddr target)
    {
        _addresses = [.. addresses.Select(a => SockAddr.From(a, 0))];
        _ports = ports;
        _step = step;
        IPAddress targetAddress = target.ToAddress();
        bool mayMeetTarget = addresses.Any(a => a.Equals(targetAddress) || a.Equals(IPAddress.Any) || a.Equals(IPAddress.IPv6Any));
        int distance = target.Port - ports.Low;
        bool leavesOut = mayMeetTarget && ports.Contains(target.Port) && distance % step == 0;
        _leftOutIndex = leavesOut ? distance / step : int.MaxValue;
        _portsPerAddress = ((ports.Count + step - 1) / step) - (leavesOut ? 1 : 0);
    }

    /// <summary>Number of tuples.</summary>
    public long Count => (long)_addresses.Length * _portsPerAddress;

    /// <param name="number">0 to <see cref="Count"/> − 1.</param>
    public SockAddr this[long number] => At((int)(number / _portsPerAddress), (int)(number % _portsPerAddress));

    /// <summary>As the indexer, but dealt over the addresses in turn: the first tuples are the lowest port of each address.</summary>
    public SockAddr InTurn(long number) => At((int)(number % _addresses.Length), (int)(number / _addresses.Length));

    private SockAddr At(int address, int port)
    {
        int index = port < _leftOutIndex ? port : port + 1;
        return _addresses[address].WithPort((ushort)(_ports.Low + (index * _step)));
    }
}
