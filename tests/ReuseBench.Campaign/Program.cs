// Kills real runs at random moments, resumes them, and counts what is lost, doubled or left; or watches what a long run takes of memory.
// `scripts/campaign --help` says how; docs/RELIABILITY.md has the figures.
using System.CommandLine;
using ReuseBench.Campaign;

// Exit codes: 0 nothing lost and nothing left, 1 something, or the campaign itself failed, 2 wrong options.
const int Failed = 1;
const int WrongUsage = 2;

Option<int> kills = new("--kills") { Description = "processes to kill, 1 to 100000", DefaultValueFactory = _ => 100 };
Option<int> seed = new("--seed") { Description = "of victims, signals and moments; 0 or more", DefaultValueFactory = _ => 1 };
Option<int> limit = new("--limit") { Description = "minutes after which no further run begins, 1 to 6000", DefaultValueFactory = _ => 600 };
Option<int> minutes = new("--minutes") { Description = "how long to watch the memory of one run, 1 to 600", DefaultValueFactory = _ => 5 };
Option<string?> keep = new("--keep") { Description = "folder for the runs in which something went wrong; not in /tmp", HelpName = "DIR" };
Option<bool> json = new("--json") { Description = "one JSON document on standard output; the table goes to standard error" };
kills.InRange(1, 100_000);
seed.InRange(0, int.MaxValue);
limit.InRange(1, 6000);
minutes.InRange(1, 600);

Command memory = new("memory", "Measures cells of a tenth of a second for some minutes, and what the orchestrator has of memory meanwhile.") { minutes, json };
RootCommand root = new("Kills short real runs (orchestrator, server or swarm by SIGKILL, SIGTERM or SIGINT) at random moments, resumes them, and counts "
    + "what is lost, doubled or left.")
{
    kills, seed, limit, keep, json, memory,
};
root.SetAction(result => InOwnPlace(place =>
{
    CampaignPlan plan = new(result.GetValue(kills), result.GetValue(seed), TimeSpan.FromMinutes(result.GetValue(limit)), result.GetValue(keep));
    return new FaultCampaign(plan, place, Console.Error).Run().Print(result.GetValue(json));
}));
memory.SetAction(result => InOwnPlace(place => new MemoryWatch(place, TimeSpan.FromMinutes(result.GetValue(minutes)), Console.Error).Run()
    .Print(result.GetValue(json))));

ParseResult parsed = root.Parse(args);
int exitCode = parsed.Invoke();
return parsed.Errors.Count > 0 ? WrongUsage : exitCode;

int InOwnPlace(Func<OwnPlace, int> run)
{
    try
    {
        return OwnPlace.IsHere ? run(OwnPlace.Prepare()) : OwnPlace.Enter(args);
    }
    catch (CampaignException e)
    {
        Console.Error.WriteLine($"campaign: {e.Message}");
        return Failed;
    }
}
