using System.Text.Json.Nodes;

namespace ReuseBench.SystemTests;

/// <summary>The short form of the fault campaign (docs/RELIABILITY.md has the long one): the program beside these tests, in a place of its own.</summary>
public sealed class CampaignTests
{
    private static readonly string Campaign = Path.Combine(AppContext.BaseDirectory, "ReuseBench.Campaign");

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>The control, and one run with all the kills that a run has.</summary>
    [Fact]
    public void Six_kills_lose_double_and_leave_nothing()
    {
        string unshare = Tools.Require("unshare");
        Assert.SkipUnless(
            CanUnshare(unshare, "--mount", "--net") || CanUnshare(unshare, "--user", "--map-root-user", "--mount", "--net"),
            "no mount and network namespace can be made here");
        using RunningProgram campaign = RunningProgram.Start(Campaign, "--kills", "6", "--seed", "7", "--json");
        campaign.Process.StandardInput.Close();
        Outcome outcome = campaign.WaitForExit(Limit);

        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        JsonNode tally = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(6, (int?)tally["kills"]);
        Assert.Equal(6, tally["rows"]!.AsArray().Where(r => (string?)r!["killed"] != "nobody").Sum(r => (int?)r!["tried"]));
        Assert.Empty(tally["problems"]!.AsArray());

        // Guards the guard: runs that measure nothing lose nothing.
        Assert.True((int?)tally["repeats"] >= 10, outcome.Output);
    }

    [Theory]
    [InlineData("--kills", "0", "--kills: 0 is out of range; use 1 to 100000")]
    [InlineData("--seed", "-1", "--seed: -1 is out of range; use 0 to 2147483647")]
    public void A_wrong_option_is_one_line(string option, string value, string line)
    {
        Outcome outcome = RunningProgram.Run(Campaign, option, value);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(line, outcome.Errors, StringComparison.Ordinal);
    }

    private static bool CanUnshare(string unshare, params string[] way) => RunningProgram.Run(unshare, [.. way, "true"]).ExitCode == 0;
}
