using System.Net;
using System.Net.Sockets;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Claims;

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
