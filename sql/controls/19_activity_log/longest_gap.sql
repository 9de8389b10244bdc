-- The longest time without any event, seconds, up to :as_of.
SELECT max(coalesce(next, :as_of) - time) AS gap
FROM (SELECT time, lead(time) OVER (ORDER BY time) AS next FROM activity WHERE time <= :as_of)
ORDER BY 1;
