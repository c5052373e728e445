using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Wording;

/// <summary>What a request costs and where its packets are received, for titles: what tells fairness cells of the same load apart.</summary>
internal static class ServiceWords
{
    public static string Of(Conditions conditions)
    {
        string service = Value(conditions, "service_time_us") is { Length: > 0 } us and not "0"
            ? $"{us} µs of CPU for each request"
            : "small requests";
        return service + Steered(conditions);
    }

    /// <summary>The same after a load, and nothing for small requests.</summary>
    public static string After(Conditions conditions) =>
        Value(conditions, "service_time_us") is { Length: > 0 } us and not "0" ? $", {us} µs of CPU each{Steered(conditions)}" : Steered(conditions);

    private static string Steered(Conditions conditions) => Value(conditions, "locality") == "on" ? ", receiving CPU steered" : "";

    private static string? Value(Conditions conditions, string name) => conditions.Settings.FirstOrDefault(s => s.Key == name).Value;
}
