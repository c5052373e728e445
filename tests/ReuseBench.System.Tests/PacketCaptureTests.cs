namespace ReuseBench.SystemTests;

/// <summary>How a packet capture is read: what is a hole in it, and whose.</summary>
public sealed class PacketCaptureTests
{
    private const int Port = 80;

    [Fact]
    public void A_hole_lies_between_two_connections_that_were_taken_with_lost_ones_between_them()
    {
        PacketCapture capture = Read([.. Served(1, 0.001), .. Refused(2, 0.002), .. Refused(3, 0.003), .. Served(4, 0.004), .. Served(5, 0.5)]);
        Assert.Equal(3, capture.LongestGapMs, 0.001);
        Assert.Equal(1, capture.LongestUntriedMs, 0.001);
        Assert.Equal(2, capture.Refused);
    }

    /// <summary>On a slow host a full queue drops SYNs; they come again after 1, 3 and 7 s, long after the last of the probes.</summary>
    [Fact]
    public void A_SYN_that_is_sent_again_is_lost_when_it_was_first_sent_and_is_no_later_connection()
    {
        PacketCapture capture = Read(
            [.. Served(1, 0.001), Syn(2, 0.002), .. Served(3, 0.003), .. Served(4, 0.004), Syn(2, 1.002), .. Served(2, 3.002)]);
        Assert.Equal(2, capture.LongestGapMs, 0.001);
        Assert.Equal(4, capture.Connections.Count);
        Assert.Single(capture.Connections, c => c.IsSentAgain && c.IsServed && !c.IsTaken);
    }

    [Fact]
    public void A_connection_that_the_client_gave_up_while_it_waited_is_taken_and_no_reset_of_the_server()
    {
        PacketCapture capture = Read(
            [.. Served(1, 0.001), Syn(2, 0.002), SynAck(2, 0.002), FromClient(2, 10.002, "F."), FromServer(2, 11, "R."), .. Served(3, 0.003)]);
        Assert.Equal(0, capture.LongestGapMs);
        Assert.DoesNotContain(capture.Connections, c => c.IsReset);
    }

    [Theory]
    [InlineData("R.")]
    [InlineData("F.")]
    public void A_connection_that_the_server_ended_without_an_answer_is_lost(string flags)
    {
        PacketCapture capture = Read([.. Served(1, 0.001), Syn(2, 0.002), SynAck(2, 0.002), FromServer(2, 0.01, flags), .. Served(3, 0.003)]);
        Assert.Equal(2, capture.LongestGapMs, 0.001);
    }

    [Fact]
    public void Time_in_which_nobody_tried_is_told_from_time_in_which_nobody_was_taken()
    {
        PacketCapture capture = Read([.. Served(1, 0.001), .. Refused(2, 0.002), .. Refused(3, 0.052), .. Served(4, 0.053)]);
        Assert.Equal((52, 50), (Math.Round(capture.LongestGapMs), Math.Round(capture.LongestUntriedMs)));
    }

    [Fact]
    public void A_port_that_is_used_again_begins_another_connection()
    {
        PacketCapture capture = Read([.. Served(1, 0.001), Line(1, 0.9, true, "S", "seq 99, ", 0), FromServer(1, 0.9, "R."), .. Served(2, 0.901)]);
        Assert.Equal(3, capture.Connections.Count);
        Assert.Equal(900, capture.LongestGapMs, 0.001);
    }

    private static PacketCapture Read(params string[] lines) => PacketCapture.Parse(string.Join('\n', lines) + "\n", Port);

    private static string[] Served(int client, double atS) =>
        [Syn(client, atS), SynAck(client, atS), Line(client, atS, true, "P.", "seq 1:41, ", 40), Line(client, atS, false, "P.", "seq 1:91, ", 90)];

    private static string[] Refused(int client, double atS) => [Syn(client, atS), FromServer(client, atS, "R.")];

    private static string Syn(int client, double atS) => Line(client, atS, true, "S", $"seq {1_000_000 + client}, ", 0);

    private static string SynAck(int client, double atS) => Line(client, atS, false, "S.", "seq 7, ", 0);

    private static string FromClient(int client, double atS, string flags) => Line(client, atS, true, flags, "seq 41, ", 0);

    private static string FromServer(int client, double atS, string flags) => Line(client, atS, false, flags, "seq 0, ", 0);

    /// <summary>As <c>tcpdump -tt -n</c> prints it.</summary>
    private static string Line(int client, double atS, bool fromClient, string flags, string sequence, int length)
    {
        string ours = $"127.0.0.1.{40_000 + client}";
        string server = $"127.0.0.1.{Port}";
        return FormattableString.Invariant(
            $"{1000 + atS:0.000000} IP {(fromClient ? ours : server)} > {(fromClient ? server : ours)}: Flags [{flags}], {sequence}win 65495, length {length}");
    }
}
