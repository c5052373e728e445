using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Wording;

/// <summary>What a request costs and where its packets are received, for titles: what tells fairness cells of the same load apart.</summary>
internal static class ServiceWords
{
    /// <summary>After a load, such as <c>, 1 ms of CPU each on average (exponential)</c>; nothing for small requests.</summary>
    public static string After(Conditions conditions) => Service(conditions) + Steered(conditions);

    private static string Service(Conditions conditions) => conditions.ServiceTimeUs <= 0
        ? ""
        : $", {Quantity.Microseconds.Tick(conditions.ServiceTimeUs)} of CPU each{Distribution(Value(conditions, "service_time_distribution"))}";

    /// <summary>A constant service time is what is said; of any other only its mean is.</summary>
    private static string Distribution(string? name) => name switch
    {
        null or "" or "constant" => "",
        "exp" => " on average (exponential)",
        _ => $" on average ({name})",
    };

    private static string Steered(Conditions conditions) => Value(conditions, "rx_cpu_match") == "on" ? ", receiving CPU steered" : "";

    private static string? Value(Conditions conditions, string name) => conditions.Settings.FirstOrDefault(s => s.Key == name).Value;
}
