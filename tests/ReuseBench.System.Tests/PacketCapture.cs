using System.Globalization;
using System.Text.RegularExpressions;

namespace ReuseBench.SystemTests;

/// <summary>What a packet capture says of the connections to one port: when each began, and what the server's side did with it.</summary>
internal sealed partial class PacketCapture
{
    private readonly Dictionary<string, Connection> _connections = [];

    private PacketCapture()
    {
    }

    /// <summary>Those that began, in the order of their SYNs.</summary>
    public IReadOnlyList<Connection> Connections => [.. _connections.Values.OrderBy(c => c.SynS)];

    public int Refused => _connections.Values.Count(c => c.IsRefused);

    /// <summary>
    /// The longest time between the SYNs of two connections that got data back, with none but failed ones between them. (Without a failure
    /// between them nobody had tried: the capture begins before the probes do.)
    /// </summary>
    public double LongestGapMs
    {
        get
        {
            double longest = 0;
            double? last = null;
            bool failed = false;
            foreach (Connection connection in Connections)
            {
                if (!connection.IsServed)
                {
                    failed = true;
                    continue;
                }

                longest = failed && last is double before ? Math.Max(longest, connection.SynS - before) : longest;
                last = connection.SynS;
                failed = false;
            }

            return longest * 1000;
        }
    }

    /// <summary>The time from the last SYN of a connection that got data back to the last SYN after it; 0 where none came after it.</summary>
    public double OpenGapMs
    {
        get
        {
            IReadOnlyList<Connection> connections = Connections;
            double served = connections.Last(c => c.IsServed).SynS;
            return (connections[^1].SynS - served) * 1000;
        }
    }

    /// <summary>The port that most SYNs go to.</summary>
    /// <param name="text">As for <see cref="Parse"/>.</param>
    public static int BusiestPort(string text) => text.Split('\n')
        .Where(line => line.Contains("Flags [S],", StringComparison.Ordinal))
        .Select(line => line.Split(' ')[4].TrimEnd(':'))
        .GroupBy(target => int.Parse(target[(target.LastIndexOf('.') + 1)..], CultureInfo.InvariantCulture))
        .MaxBy(group => group.Count())!.Key;

    /// <param name="text">Of <c>tcpdump -tt -n -r FILE</c>, from addresses and to the port of interest only.</param>
    /// <param name="serverPort">The port of the server.</param>
    public static PacketCapture Parse(string text, int serverPort)
    {
        PacketCapture capture = new();
        foreach (Match packet in Packet().Matches(text))
        {
            capture.Add(packet, serverPort);
        }

        return capture;
    }

    private void Add(Match packet, int serverPort)
    {
        double time = double.Parse(packet.Groups["time"].ValueSpan, CultureInfo.InvariantCulture);
        string flags = packet.Groups["flags"].Value;
        bool fromServer = packet.Groups["from"].Value.EndsWith($".{serverPort}", StringComparison.Ordinal);
        string client = packet.Groups[fromServer ? "to" : "from"].Value;
        if (!fromServer && flags == "S")
        {
            // A port that is used again begins a new connection; the old one is kept under another name.
            if (_connections.Remove(client, out Connection? earlier))
            {
                _connections.Add($"{client} of {earlier.SynS}", earlier);
            }

            _connections.Add(client, new Connection(time));
        }
        else if (fromServer && _connections.TryGetValue(client, out Connection? connection))
        {
            connection.IsAccepted |= flags == "S.";
            connection.IsReset |= flags.StartsWith('R') && !connection.IsServed;
            connection.IsServed |= int.Parse(packet.Groups["length"].ValueSpan, CultureInfo.InvariantCulture) > 0;
        }
    }

    [GeneratedRegex(@"^(?<time>[\d.]+) IP (?<from>\S+) > (?<to>[^:]+): Flags \[(?<flags>[^\]]+)\].* length (?<length>\d+)", RegexOptions.Multiline)]
    private static partial Regex Packet();

    internal sealed class Connection(double synS)
    {
        public double SynS { get; } = synS;

        /// <summary>SYN-ACK: the kernel took it into the queue.</summary>
        public bool IsAccepted { get; set; }

        /// <summary>RST before any data.</summary>
        public bool IsReset { get; set; }

        public bool IsServed { get; set; }

        public bool IsRefused => IsReset && !IsAccepted;
    }
}
